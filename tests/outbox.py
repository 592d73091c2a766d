"""Looking into the outbox."""

from sqlmodel import col, select

from socialmap.kit.database import session
from socialmap.kit.outbox import OutboxMail


class Outbox:
    """The mails in the outbox, oldest first."""

    def all(self) -> list[OutboxMail]:
        session().expire_all()
        return list(session().exec(select(OutboxMail).order_by(col(OutboxMail.id))))

    def kinds(self) -> list[str]:
        return [mail.kind for mail in self.all()]

    def to(self, kind: str, recipient_id: object) -> list[OutboxMail]:
        return [
            mail
            for mail in self.all()
            if mail.recipient_kind == kind and mail.recipient_id == str(recipient_id)
        ]

    def only(self) -> OutboxMail:
        (mail,) = self.all()
        return mail
