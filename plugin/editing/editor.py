"""Editing a structured page: the form, the text editor, the preview, and what happens when two people edit at once.

Every request carries the revision that it started from (``base``) and, where the text was edited beside the form, that
text (``working``). So a request can be answered from what it brings: nothing typed waits on the server, and nothing is
lost when somebody else saves first. Both people get their way where they changed different fields or sections; where
they changed the same one, both versions are shown and the second person chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Self

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.themes import render_template
from moin.utils.interwiki import url_for_item
from moin.utils.names import split_fqname

from cupboard import attachments, definitions, outdated, pages
from cupboard.converters import structured
from cupboard.document import Document, DocumentError, as_edited_text, dump, parse, shown_text
from cupboard.editing.forms import PageForm, TooManyRows, prefilled
from cupboard.editing.merge import Clash, Merge, merge, resolve
from cupboard.fields import text_of
from cupboard.frontmatter import SourceError
from cupboard.groups import is_editor
from cupboard.kinds import Kind
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.legal_status import asserting
from cupboard.references.binding import BINDINGS
from cupboard.references.finding import MOST_WORDS
from cupboard.rendering import as_part, to_html
from cupboard.template import Problem, Template
from cupboard.tongue import _

#: A page's text can't be longer, in characters: Moin keeps whole pages in memory.
LONGEST_TEXT = 2_000_000

_EMPTY = parse(b"")

#: full name of the page or None, as it is stored, as it is to be -> what the person who asks may not change
Policy = Callable[[str | None, Document, Document], Iterable[Problem]]
_policies: dict[Kind, Policy] = {}


def add_policy(kind: Kind, policy: Policy) -> None:
    """Have what a guard would refuse said in the form, beside the question."""
    _policies[kind] = policy


class Edit:
    """One step of an edit: what the request brought, and how it is answered.

    :ivar name: full name of the page; None while a new one has no name
    :ivar kind: what kind of page it is
    :ivar base: revision id that the edit started from; empty for a new page
    :ivar started_from: that revision's document
    :ivar document: the page as edited so far
    :ivar staged: files that wait to be attached
    :ivar comment: for the page's history
    :ivar errors: (id of the control it is about or "", message)
    """

    template_form = "cupboard/edit_form.html"
    template_text = "cupboard/edit_text.html"
    template_conflict = "cupboard/edit_conflict.html"
    has_form = True

    def __init__(self, name: str | None, kind: Kind = CASE_STUDY):
        self.name = name
        self.kind = kind
        self.base = ""
        self.started_from = self.document = _EMPTY
        self.staged: list[attachments.Staged] = []
        self.comment = ""
        self.wanted_name = ""
        self.errors: list[tuple[str, str]] = []
        self.form: PageForm | None = None
        self.bindings: Mapping[str, str] = {}
        self.in_text = not self.has_form

    # -- what differs between kinds of page ----------------------------------------------------------------------------

    def problems(self, document: Document, before: Document) -> list[Problem]:
        """What is wrong with a document.

        :param before: what it is to take the place of; without fields when there is nothing
        """
        found, _ = self._problems(document, before)
        found += _policies[self.kind](self.name, before, document) if self.kind in _policies else ()
        if not self.kind.signs_legal_status:
            return found
        there = {(one.field, one.row, one.column) for one in found}
        broken = asserting.problems(before, document)
        return found + [one for one in broken if (one.field, one.row, one.column) not in there]

    def _problems(self, document: Document, before: Document) -> tuple[list[Problem], list[Problem]]:
        found = definitions.current().problems(self.kind, document)
        if not found or not before.text or before.error:
            return found, []
        return outdated.split(
            self._template, before, document, found, definitions.current().problems(self.kind, before)
        )

    @property
    def asked(self) -> list[tuple[str, str]]:
        """(id of the control, message) of what the template asks of the stored page since it was written."""
        if not self.base or self.errors or self.document.error or not self.has_form:
            return []
        _, asked = self._problems(self.document, self.started_from)
        form = self.show_form()
        return [(form.control_of(problem), problem.message) for problem in asked]

    def store(self, document: Document) -> str | None:
        return pages.save(self.kind, self.name, document, comment=self.comment, is_checked=True)

    def preview(self) -> Any:
        name = self.name or self.kind.name_of("")
        pending = {file.filename for file in self.staged}
        shown = to_html(structured.tree(self.kind, self.document, name, pending), name, self.kind.stored_type)
        return as_part(shown, "preview-")

    # -- where an edit starts ------------------------------------------------------------------------------------------

    @classmethod
    def of_page(cls, page: pages.Page, kind: Kind = CASE_STUDY) -> Self:
        """An edit of a page as it is now."""
        edit = cls(page.name, kind)
        edit.start_from(page)
        return edit

    def start_from(self, page: pages.Page) -> None:
        self.base, self.started_from, self.document = page.revid, page.document, page.document
        self.bindings = page.meta.get(BINDINGS) or {}

    @classmethod
    def of_new(cls, category: str | None = None, kind: Kind = CASE_STUDY, title: str | None = None) -> Self:
        """An edit of a new page.

        :param category: id of the term that is ticked to begin with
        :param title: what it is called to begin with
        """
        edit = cls(None, kind)
        edit.document = prefilled(definitions.current(), category)
        if title:
            plain = "".join(letter for letter in " ".join(title.split())[:200] if letter.isprintable())
            edit.document = edit.document.edit(fields={kind.title: plain})
        return edit

    # -- requests ------------------------------------------------------------------------------------------------------

    def get(self) -> ResponseReturnValue:
        if request.args.get("editor") == "text":
            self.in_text = True
        if self.kind.signs_legal_status and not self.document.error and (id := request.args.get("again")):
            self.document = asserting.again(self.document, id)
        return self.answer()

    def post(self) -> ResponseReturnValue:
        self._read_state()
        editor = request.form.get("edit.editor", "form")
        if editor == "text" or not self.has_form:
            self.in_text = True
            text = _limited(request.form.get("edit.text", ""))
            self.document = parse(as_edited_text(self.started_from, text))
        elif editor == "conflict":
            if not self._settle():
                return self.answer_conflict(*self._merged_with(request.form.get("edit.theirs", "")), missing=True)
        elif answer := self._read_form():
            return answer
        action = request.form.get("edit.do", "save")
        if self.errors:
            return self.answer(422)
        if action == "to-text":
            self.in_text = True
            return self.answer()
        if self.document.error:
            self.in_text = True
            self.errors.append(("edit.text", with_place(self.document.error)))
            return self.answer(422)
        if action == "to-form":
            self.in_text, self.form = False, None
            return self.answer()
        if action == "preview":
            return self.answer(preview=self.preview())
        return self._save()

    def _read_state(self) -> None:
        """Read what every editor's request carries beside what was typed in it."""
        self.base = request.form.get("edit.base", "")
        if self.base:
            base = self._revision(self.base)
            self.started_from, self.bindings = base.document, base.meta.get(BINDINGS) or {}
        working = request.form.get("edit.working")
        if working is not None:
            self.document = parse(as_edited_text(self.started_from, _limited(working)))
        else:
            self.document = self.started_from
        tokens = dict.fromkeys(request.form.getlist("edit.staged"))
        self.staged = [file for token in tokens if (file := attachments.staged(token))]
        self.comment = " ".join(request.form.get("edit.comment", "").split())[:1000]
        self.wanted_name = request.form.get("edit.wanted_name", "").strip()

    def _revision(self, revid: str) -> pages.Page:
        page = pages.revision_of_page(self.name, revid) if self.name else None
        if page is None:
            why = _("The revision that this form was made from is gone. Go back and copy what you typed.")
            abort(400, description=why)
        return page

    def _read_form(self) -> ResponseReturnValue | None:
        """Read the form; answers at once when a row was added or taken out, or a file or a section refused."""
        try:
            self.form = form = self._form_of(request.form)
        except TooManyRows as many:
            abort(400, description=_("{many}. Nothing was saved: go back, and your browser has what you typed.").format(
                many=many
            ))
        self._take_uploads(form)
        if focus := _rows_changed(form) or _pages_found(form):
            return self.answer(focus=focus)
        try:
            self.document = form.edited()
        except DocumentError as error:
            self.errors.append(("", error.message))
        return None

    def _take_uploads(self, form: PageForm) -> None:
        """Stage the files that came with the form and write their names into their rows."""
        for column, entry, others in form.file_controls():
            control = f"{entry.name}-{column}"
            sent = request.files.get(f"{control}_upload")
            if not sent or not sent.filename:
                continue
            try:
                file = attachments.stage(sent.stream, sent.filename, others)
            except attachments.UploadRefused as refused:
                self.errors.append((f"{control}_upload", str(refused)))
                continue
            self.staged.append(file)
            entry.form[column].data = file.filename

    # -- saving --------------------------------------------------------------------------------------------------------

    def _save(self) -> ResponseReturnValue:
        if self._refused(self.problems(self.document, self.started_from)):
            return self.answer(422)
        if not self.base and not self._choose_name():
            return self.answer(422)
        merged = None
        with pages.one_writer():
            current = pages.read(self.name)
            document = self.document
            if current is None and self.base:
                if (renamed := pages.name_now(self._revision(self.base))) is None:
                    return self._page_is_gone()
                self.name, current = renamed, pages.read(renamed)
            if current is not None and current.revid != self.base:
                merged = self._merge(current)
                if merged.clashes:
                    return self.answer_conflict(merged, current)
                document = merged.document
                if self._refused(self.problems(document, current.document)):
                    # Each side was valid and what they make together is not: go on from the newest revision.
                    self.base, self.started_from = current.revid, current.document
                    self.document, self.form = document, None
                    return self.answer(422)
            self._attach(document)
            revid = self.store(document)
        flash(_saved(revid, merged), "info")
        return redirect(url_for_item(self.name), 303)

    def _refused(self, problems: list[Problem]) -> bool:
        if self.in_text or self.form is None:
            self.errors.extend((self._text_anchor(problem), problem.message) for problem in problems)
        else:
            self.errors.extend((self.form.control_of(problem), problem.message) for problem in problems)
        return bool(problems)

    def _text_anchor(self, problem: Problem) -> str:
        return "edit.text" if self.in_text else problem.field

    def _choose_name(self) -> bool:
        """Settle a new page's name: the one that was typed, else one made from the title."""
        if self.name is None and self.wanted_name:
            wanted = self.kind.name_of(pages.slug(self.wanted_name, self.kind.id))
            if pages.exists(wanted):
                said = _("There is a page named {name} already: choose another name").format(name=wanted)
                self.errors.append(("edit.wanted_name", said))
                return False
            self.name = wanted
        elif self.name is None:
            self.name = pages.free_name(self.kind, text_of(self.document.fields, self.kind.title))
        if not flaskg.user.may.create(self.name):
            abort(403)
        return True

    def _page_is_gone(self) -> ResponseReturnValue:
        is_named_anew = self.has_form and self.kind.prefix is not None
        control = "edit.wanted_name" if is_named_anew else ""
        self.errors.append((control, _("The page was deleted while you edited it. Save again to make it anew")))
        self.base = ""
        if is_named_anew:
            self.wanted_name, self.name = self.name.rpartition("/")[2], None
        return self.answer(422)

    def _attach(self, document: Document) -> None:
        """Make the staged files that the page speaks of its own."""
        named = set(_attached_names(document))
        for file in self.staged:
            if file.filename in named:
                attachments.attach(self.name, file)

    # -- conflicts -----------------------------------------------------------------------------------------------------

    def _merged_with(self, revid: str) -> tuple[Merge, pages.Page]:
        theirs = self._revision(revid)
        return self._merge(theirs), theirs

    def _merge(self, theirs: pages.Page) -> Merge:
        base, mine = self.started_from, self.document
        if self.kind.signs_legal_status:
            base, mine = asserting.rebased(base, mine, theirs.document)
        return merge(base, mine, theirs.document)

    def _settle(self) -> bool:
        """Carry out the choices of the conflict page; False when one is missing.

        From then on the edit starts from the revision that the choices were made on, so a third person's change made
        meanwhile is found as any other is.
        """
        merged, theirs = self._merged_with(request.form.get("edit.theirs", ""))
        choices = {
            clash.key: choice
            for number, clash in enumerate(merged.clashes)
            if (choice := request.form.get(f"edit.choice-{number}")) in ("mine", "theirs")
        }
        if len(choices) < len(merged.clashes):
            return False
        try:
            self.document = resolve(merged, choices)
        except DocumentError as error:
            self.errors.append(("", _("These versions don't fit together: {message}").format(message=error.message)))
            return False
        self.base, self.started_from = theirs.revid, theirs.document
        return True

    # -- answers -------------------------------------------------------------------------------------------------------

    def answer(self, status: int = 200, *, preview: Any = None, focus: str | None = None) -> ResponseReturnValue:
        """Show the editor in which the person is, with everything that was typed."""
        if self.document.error and not self.in_text:
            self.in_text = True
            self.errors.append(("edit.text", with_place(self.document.error)))
        if self.in_text:
            return self._page(self.template_text, status, preview=preview)
        return self._page(self.template_form, status, form=self.show_form(), preview=preview, focus=focus)

    def show_form(self) -> PageForm:
        """The form: the one that was sent, else one that shows the document."""
        if self.form is None:
            self.form = self._form_of()
        return self.form

    def _form_of(self, sent: Any = None) -> PageForm:
        may_strike = is_editor()
        return PageForm(
            definitions.current(), self._template, self.document, sent, self.started_from, may_strike, self.bindings
        )

    def answer_conflict(self, merged: Merge, current: pages.Page, missing: bool = False) -> ResponseReturnValue:
        """Show both versions of every place that both people changed, and ask."""
        if missing and not self.errors:
            self.errors = [("choice-0-theirs", _("Choose a version of each part that you both changed"))]
        return self._page(self.template_conflict, 422 if missing else 409, merge=merged, theirs=current)

    def _page(self, template: str, status: int, **context: Any) -> ResponseReturnValue:
        title = self._title()
        if context.get("preview"):
            title = _("Preview: {title}").format(title=title)
        text = render_template(template, edit=self, title=title, **self.context(), **context)
        return text, status

    def _title(self) -> str:
        title = self.heading
        if self.base:
            title = (_("Edit as text: {title}") if self.in_text else _("Edit: {title}")).format(title=title)
        return _("Error: {title}").format(title=title) if self.errors else title

    @property
    def heading(self) -> str:
        title = self.started_from.fields.get(self.kind.title) or self.name
        return str(title) if title else _("Add {name}").format(name=self.kind.one)

    def context(self) -> dict[str, Any]:
        """What the templates of the form need, also where it stands in a wiki page."""
        action = (
            url_for("frontend.modify_item", item_name=self.name, itemtype=self.kind.item_type,
                    contenttype=self.kind.stored_type)
            if self.name
            else url_for("frontend.cupboard.new", kind=None if self.kind is CASE_STUDY else self.kind.id)
        )  # fmt: skip
        return {
            "action": action,
            "item_name": self.name or "",
            "fqname": split_fqname(self.name) if self.base else None,
            "errors_of": _by_control(self.errors),
        }

    def label_of(self, clash: Clash) -> str:
        """What a place that both people changed is called in the form."""
        if clash.label_kind == "field" and (field := self._template.field(clash.key)):
            return field.label
        return _("The text of the page") if clash.label_kind == "text" else clash.key

    @property
    def _template(self) -> Template:
        return definitions.current().template_of(self.kind)

    def working(self, document: Document) -> str | None:
        """A document's text, to be carried along, where it is not what the edit started from."""
        return None if dump(document) == dump(self.started_from) else shown_text(document)

    @property
    def has_preview(self) -> bool:
        return self.has_form

    @property
    def text(self) -> str:
        """The page's text as a text box shows it."""
        return shown_text(self.document)


def _rows_changed(form: PageForm) -> str | None:
    """Carry out "add another", "remove", "move up" and "move down".

    :returns: id of the control to go on with; None when neither was asked for
    """
    try:
        if field_id := request.form.get("edit.add"):
            return form.add_row(field_id)
        if wanted := request.form.get("edit.remove"):
            return form.remove_row(wanted)
        for name, by in (("edit.up", -1), ("edit.down", 1)):
            if wanted := request.form.get(name):
                return form.move_row(wanted, by)
    except KeyError:
        abort(400, description=_("That row is not on the form. Go back and try again."))
    return None


def _pages_found(form: PageForm) -> str | None:
    """Look for pages to refer to. Words that nobody pressed Find for are looked for too, so that they aren't lost.

    :returns: id of the control to go on with; None when nothing was to be found
    """
    asked = request.form.get("edit.find")
    typed = {name for name, words in request.form.items() if name.endswith("-find") and words.strip()}
    waiting = sorted(name.removesuffix("-find") for name in typed)
    focus = None
    try:
        for control in dict.fromkeys([*waiting, *([asked] if asked else [])]):
            found = form.look_for(control, " ".join(request.form.get(f"{control}-find", "").split())[:MOST_WORDS])
            focus = found if control == asked or focus is None else focus
    except KeyError:
        abort(400, description=_("That question is not on the form. Go back and try again."))
    return focus


def _attached_names(document: Document) -> Iterator[str]:
    for rows in document.fields.values():
        if not isinstance(rows, str):
            yield from (row["attachment"] for row in rows if isinstance(row, Mapping) and row.get("attachment"))


def _by_control(errors: list[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for control, message in errors:
        grouped.setdefault(control, []).append(message)
    return grouped


def _limited(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        abort(413, description=_("A page can't be longer than {most:,} characters.").format(most=LONGEST_TEXT))
    return text


def with_place(error: SourceError) -> str:
    """What is wrong with a text, and where: for the error summary."""
    return _("Line {line}, column {column}: {message}").format(
        line=error.line, column=error.column, message=error.message
    )


def _saved(revid: str | None, merged: Merge | None) -> str:
    if revid is None:
        return _("Nothing was changed, so nothing was saved.")
    if merged is not None:
        return _("Saved. Somebody else saved while you were editing: the page has their changes and yours.")
    return _("Saved.")
