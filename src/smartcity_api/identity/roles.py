"""Who may do what: the roles, the permissions, and the one table that joins them; pure, printed into docs/roles.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from smartcity_api.kit.sight import ALL, PUBLIC, Sight, own


class Role(StrEnum):
    """Whom a caller acts as."""

    PUBLIC = "public"
    AGENCY = "agency"
    REVIEWER = "reviewer"
    SECRETARY = "secretary"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Permission(StrEnum):
    """What a route asks for. `read` is everybody's; which rows it shows depends on the role."""

    READ = "read"
    FILE_PROPOSALS = "proposals.file"
    COMMENT_PROPOSALS = "proposals.comment"
    SCREEN_PROPOSALS = "proposals.screen"
    ASSESS_PROPOSALS = "proposals.assess"
    READ_COMMENTS = "comments.read"
    READ_CONTACTS = "contacts.read"
    READ_ASSESSMENTS = "assessments.read"
    REPORT_MILESTONES = "milestones.report"
    KEEP_REGISTER = "register.keep"
    RECORD_DECISIONS = "decisions.record"
    READ_AUDIT = "audit.read"
    MANAGE_CLIENTS = "clients.manage"


ABOUT: Final[Mapping[Permission, str]] = MappingProxyType(
    {
        Permission.READ: "Read what the role may see",
        Permission.FILE_PROPOSALS: "File proposals, change, submit and withdraw them; an agency its own only",
        Permission.COMMENT_PROPOSALS: "Comment on proposals; internal comments are for those who see all",
        Permission.SCREEN_PROPOSALS: "Screen proposals and announce promotion zones",
        Permission.ASSESS_PROPOSALS: "Assess plans by the five criteria",
        Permission.READ_COMMENTS: "Read comments on proposals; an agency those to it, on its own only",
        Permission.READ_CONTACTS: "Read whom to ask about proposals; an agency about its own only",
        Permission.READ_ASSESSMENTS: "Read assessments of plans",
        Permission.REPORT_MILESTONES: "Report progress of milestones and meet them; an agency its own only",
        Permission.KEEP_REGISTER: "Create, change and delete the records of the register",
        Permission.RECORD_DECISIONS: "Publish resolutions, record and correct decisions and what happens to cities",
        Permission.READ_AUDIT: "Read the audit trail",
        Permission.MANAGE_CLIENTS: "Make clients and their keys, pause and revoke them",
    }
)

_P = Permission
GRANTS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.PUBLIC: frozenset({_P.READ}),
        Role.AGENCY: frozenset(
            {
                _P.READ,
                _P.FILE_PROPOSALS,
                _P.COMMENT_PROPOSALS,
                _P.READ_COMMENTS,
                _P.READ_CONTACTS,
                _P.REPORT_MILESTONES,
            }
        ),
        Role.REVIEWER: frozenset(
            {_P.READ, _P.COMMENT_PROPOSALS, _P.READ_COMMENTS, _P.ASSESS_PROPOSALS, _P.READ_ASSESSMENTS}
        ),
        Role.SECRETARY: frozenset(
            {
                _P.READ,
                _P.FILE_PROPOSALS,
                _P.COMMENT_PROPOSALS,
                _P.SCREEN_PROPOSALS,
                _P.READ_COMMENTS,
                _P.READ_CONTACTS,
                _P.READ_ASSESSMENTS,
                _P.REPORT_MILESTONES,
                _P.KEEP_REGISTER,
                _P.RECORD_DECISIONS,
            }
        ),
        Role.AUDITOR: frozenset({_P.READ, _P.READ_COMMENTS, _P.READ_CONTACTS, _P.READ_ASSESSMENTS, _P.READ_AUDIT}),
        Role.ADMIN: frozenset({_P.READ, _P.READ_AUDIT, _P.MANAGE_CLIENTS}),
    }
)
"""The whole of authorization by role. Who keeps the keys does not keep the register."""

SEE_ALL: Final = frozenset({Role.REVIEWER, Role.SECRETARY, Role.AUDITOR, Role.ADMIN})
"""The roles that see drafts and hidden proposals; an agency sees its own besides what is public."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is calling. `id` is what the audit trail names; `scopes` narrow what the role may do, None does not.

    `named_system` is the system that a client's rows come from, where it was given one.
    """

    id: str
    name: str
    role: Role
    organisation_id: UUID | None = None
    scopes: frozenset[Permission] | None = None
    named_system: str | None = None

    def may(self, permission: str) -> bool:
        """Whether the role grants it and the key's scopes leave it."""
        return permission in GRANTS[self.role] and (self.scopes is None or permission in self.scopes)

    @property
    def sight(self) -> Sight:
        """Which rows the actor sees."""
        if self.sees_all:
            return ALL
        return own(self.organisation_id) if self.organisation_id is not None else PUBLIC

    @property
    def sees_all(self) -> bool:
        """Whether nothing is hidden from the actor, as drafts and internal comments are from others."""
        return self.role in SEE_ALL

    @property
    def keeps_all(self) -> bool:
        """Whether the actor may write for any organisation, as the secretariat does for paper filings."""
        return self.role is Role.SECRETARY

    @property
    def source_system(self) -> str | None:
        """The system whose rows are the actor's own: its client's, else one for its whole organisation."""
        if self.named_system is not None or self.organisation_id is None:
            return self.named_system
        return f"organisations/{self.organisation_id}"

    def may_use(self, system: str | None) -> bool:
        """Whether rows of that system are the actor's to write."""
        return system is None or self.keeps_all or system == self.source_system


ANYONE: Final = Actor(id="", name="anonymous", role=Role.PUBLIC)
