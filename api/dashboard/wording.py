"""Words of the interface that do not stand in a template, in English; catalogues have them in the other languages."""

from __future__ import annotations

from typing import Final


def N_(message: str) -> str:  # noqa: N802  # the usual name of what marks a message
    """Return a message as it is; marks it for the catalogues."""
    return message


ROLES: Final = {"reader": N_("Reader"), "reviewer": N_("Reviewer"), "administrator": N_("Administrator")}
STATES: Final = {
    "waiting": N_("Being examined"),
    "examined": N_("Examined"),
    "failed": N_("Failed"),
    "cancelled": N_("Cancelled"),
}
REVIEW_STATES: Final = {
    "to-review": N_("To review"),
    "in-negotiation": N_("In negotiation"),
    "accepted": N_("Accepted"),
    "rejected": N_("Rejected"),
}
ORDERS: Final = {
    "newest": N_("Newest first"),
    "oldest": N_("Oldest first"),
    "worst": N_("Most lacking first"),
    "best": N_("Least lacking first"),
}
#: What the portfolio is narrowed to beside the verdicts and the answers to the first question.
ANY_LACKING_WORD: Final = N_("Missing, contradicted or in conflict")
IN_QUESTION_WORD: Final = N_("Stated, or not mentioned")
JOB_STATES: Final = {
    "queued": N_("Waiting"),
    "running": N_("Being examined"),
    "done": N_("Examined"),
    "failed": N_("Failed"),
    "cancelled": N_("Cancelled"),
}
PHASES: Final = {
    "reading": N_("Reading the file"),
    "judging": N_("Judging the clauses"),
    "keeping": N_("Keeping the report"),
}
EVENTS: Final = {
    "confirm": N_("confirmed the verdict"),
    "override": N_("changed the verdict"),
    "withdraw": N_("withdrew the decision"),
    "assign": N_("changed the assignment"),
    "state": N_("changed the state of the contract"),
    "comment": N_("commented"),
    "carried-over": N_("Decision brought over from the earlier version, to be confirmed"),
    "evidence-changed": N_("The evidence reads otherwise now; to be confirmed"),
}
CHANGES: Final = {
    "lost": N_("No longer said"),
    "gained": N_("Newly said"),
    "changed": N_("Said otherwise"),
    "same": N_("As before"),
}
#: Short names of the mentions, for the heads of narrow columns.
SHORT: Final = {
    "subject-matter": N_("Subject-matter"),
    "duration": N_("Duration"),
    "nature": N_("Nature"),
    "purpose": N_("Purpose"),
    "data-types": N_("Types of data"),
    "data-subjects": N_("Data subjects"),
    "controller-obligations": N_("Controller"),
    "documented-instructions": N_("Instructions"),
    "third-country-transfers": N_("Transfers"),
    "legal-obligation-notice": N_("Legal duties"),
    "confidentiality": N_("Confidentiality"),
    "security": N_("Security"),
    "subprocessor-authorisation": N_("Authorisation"),
    "subprocessor-changes": N_("Changes"),
    "subprocessor-flow-down": N_("Same duties"),
    "subprocessor-liability": N_("Liability"),
    "data-subject-rights": N_("Requests"),
    "security-assistance": N_("Help: security"),
    "breach-notification": N_("Breach: notice"),
    "breach-communication": N_("Breach: persons"),
    "dpia": N_("Impact assessment"),
    "prior-consultation": N_("Consultation"),
    "deletion-or-return": N_("Delete or return"),
    "deletion-of-copies": N_("Copies"),
    "compliance-information": N_("Information"),
    "audits": N_("Audits"),
    "infringing-instruction": N_("Warning"),
}
#: Why a file could not be examined, by the code of its job.
FAILURES: Final = {
    "empty-document": N_("The file holds no text."),
    "damaged-document": N_("The file is damaged and cannot be read."),
    "encrypted-document": N_("The file is locked with a password. Upload it without."),
    "unsupported-format": N_("Files of this type are not read."),
    "limit-exceeded": N_("The file exceeds a limit on pages, size, time or memory."),
    "unsupported-language": N_("Contracts in this language cannot be examined."),
    "worker-ended": N_("The examination broke down several times and was given up."),
    "other": N_("The file could not be examined."),
}
#: What a form that was sent has done.
NOTICES: Final = {
    "signed-out": N_("You have signed out."),
    "password-changed": N_("The password is changed. Sign in with the new one."),
    "uploaded": N_("Taken: %(number)s."),
    "deleted": N_("The contract is deleted, and its key destroyed."),
    "state-changed": N_("The state of the contract is changed."),
    "names-changed": N_("The particulars are changed."),
    "examined-again": N_("The contract is being examined again."),
    "account-changed": N_("The account is changed."),
    "second-factor-reset": N_("The second factor is taken away; the account signs in without it now."),
    "second-factor-removed": N_("The second factor is taken away."),
    "workspace-made": N_("The workspace is made."),
    "retention-changed": N_("The period of retention is changed."),
    "member-changed": N_("The membership is changed."),
    "token-deleted": N_("The token is deleted."),
    "decided": N_("Decided."),
    "commented": N_("The comment is added."),
    "assigned": N_("The assignment is changed."),
    "set-made": N_("The set is made."),
    "set-changed": N_("The set is changed."),
    "set-deleted": N_("The set is deleted; its contracts stay."),
    "version-taken": N_("The new version is taken."),
    "bulk-assigned": N_("Contracts whose assignment is changed: %(number)s."),
    "bulk-state": N_("Contracts whose state is changed: %(number)s."),
    "bulk-deleted": N_("Contracts deleted, with their keys: %(number)s."),
}
#: Why one of many contracts stayed as it was, where the sentence for a single one would not do.
LEFT: Final = {
    "changed-meanwhile": N_("It has changed since you saw it."),
    "not-found": N_("It was deleted meanwhile."),
    "superseded": N_("This contract has a later version."),
}
#: What is told within a form that a script has sent, where the sentence for a page would not do.
TOLD: Final = {
    "not-signed-in": N_("Your session has ended. What you entered is still here: sign in, then send it once more."),
    "csrf": N_("This page is older than your session. What you entered is still here: send it once more."),
}
#: What a problem of the service is called on pages.
SENTENCES: Final = {
    "internal": N_("Something went wrong in the service. Try again; if it stays so, tell your administrator."),
    "invalid": N_("Something in the form is not as it should be. Look through it and send it again."),
    "not-found": N_("There is nothing here, or it is not yours to see."),
    "not-allowed": N_("Your account may not do that."),
    "not-signed-in": N_("Sign in to go on. Your session may have ended."),
    "csrf": N_("The form had become too old, or came from elsewhere. Load the page again and repeat it."),
    "sign-in-failed": N_("The name, the password or the code is wrong."),
    "second-factor-needed": N_("Give the code of your authenticator as well."),
    "too-many-failures": N_("Too many failed attempts. Wait a while and try again."),
    "too-many-requests": N_("Too many requests. Wait a moment and try again."),
    "password-to-change": N_("Choose a password of your own first."),
    "second-factor-to-enrol": N_("Set up a second factor first."),
    "second-factor-there": N_("The account has a second factor already."),
    "second-factor-compulsory": N_("Administrators must have a second factor."),
    "wrong-password": N_("The present password is wrong."),
    "wrong-code": N_("The code is wrong, or was used."),
    "weak-password": N_(
        "The new password is too weak. Take 12 characters or more, no common password, and not your name."
    ),
    "passwords-differ": N_("The two new passwords differ."),
    "changed-meanwhile": N_(
        "Somebody else has changed this contract meanwhile. What you see now is the present state; what you entered is "
        "kept in the form. Look at it again and send it once more."
    ),
    "superseded": N_("This contract has a later version. Review that one."),
    "same-verdict": N_("This is the program’s verdict already. Confirm it instead."),
    "no-report": N_("There is no report on this contract yet."),
    "nothing-to-withdraw": N_("Nothing has been decided on this finding."),
    "not-a-member": N_("This account is not an active member of the workspace."),
    "name-taken": N_("This name is taken."),
    "last-administrator": N_("This is the last administrator. Make another one first."),
    "too-large": N_("The file is too large."),
    "empty-file": N_("The file is empty."),
    "no-file": N_("Choose at least one file."),
    "too-many-files": N_("Too many files at once."),
    "bad-form": N_("The upload broke off or is damaged. Try again."),
    "not-multipart": N_("The upload broke off or is damaged. Try again."),
    "unsupported-language": N_("Contracts in this language cannot be examined."),
    "job-ended": N_("The examination has ended already."),
    "text-not-read": N_("The text cannot be shown. Open the original instead."),
    "page-not-drawn": N_("The pages cannot be shown. Choose the text, or open the original instead."),
    "busy": N_("Too many pages are being drawn at the moment. Load the page again, or choose the text."),
    "not-rendered": N_("The report could not be laid out in this format."),
    "workspace-needed": N_("Choose a workspace."),
    "set-full": N_("A set holds at most 50 contracts."),
    "set-emptied": N_("A set holds at least one contract. Delete the set instead."),
    "set-changed": N_("Somebody else has changed this set meanwhile. Look at it again and repeat it."),
    "another-workspace": N_("A set holds contracts of its own workspace only."),
    "no-other-version": N_("There is no such other version of this contract."),
    "nothing-ticked": N_("Select at least one contract."),
    "too-many-ticked": N_("Too many contracts at once. Select fewer of them."),
    "too-many-to-export": N_("These are more contracts than one file takes. Narrow the choice."),
}
