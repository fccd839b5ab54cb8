// A job goes on by itself: its page sends the form that was just sent, until the job is finished or somebody stops it.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector("form[data-goes-on]");
  if (!form) return;
  const timer = setTimeout(() => form.querySelector("button[value=go]").click(), 700);
  form.addEventListener("submit", () => clearTimeout(timer));
});
