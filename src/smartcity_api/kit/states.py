"""Names for the states of the data: two readings with one name were made of the same rows, whoever changed them."""

import asyncio

from sqlalchemy import BigInteger, Date, Identity, Numeric, Select, Text, cast, func, select
from sqlalchemy.orm import Mapped, mapped_column

from smartcity_api.kit.database import Database
from smartcity_api.kit.models import Base
from smartcity_api.kit.statements import constant


class StateMark(Base):
    """What the committed changes leave behind: each its own row, folded into fewer now and then.

    A row comes with the change and in its transaction, so it is seen when, and only when, the change is. Tags are
    random; their sum depends neither on the rows' order nor on their folding, so it names the set of changes that is
    seen, also after a restore or on a replica that was promoted.
    """

    __tablename__ = "state_mark"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, comment="Nothing but a key")
    changes: Mapped[int] = mapped_column(BigInteger, comment="How many statements it stands for")
    tag: Mapped[int] = mapped_column(Numeric, comment="Sum of their random numbers: all sums together name the state")


def _name() -> Select[str]:
    """The sums, and the day by the database's own clock, since some answers change with it."""
    colon, day = constant(":"), cast(func.timezone(constant("Asia/Bangkok"), func.now()), Date)
    return select(func.concat(func.sum(StateMark.changes), colon, func.sum(StateMark.tag), colon, day, type_=Text))


class States:
    """Says which state the database that answers reads is in, asking it once for all who wait."""

    def __init__(self, database: Database) -> None:
        self._line = database.line(_name())
        self._waiting: list[asyncio.Future[bytes]] = []
        self._working: asyncio.Task[None] | None = None

    async def current(self) -> bytes:
        """The name of the state, by a statement that begins after this was called: never of an earlier moment."""
        mine: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await mine

    async def _work(self) -> None:
        """Ask for those who wait, again for those who came meanwhile, until nobody waits."""
        while self._waiting:
            asking, self._waiting = self._waiting, []
            try:
                state = await self._line.ask()
            except BaseException as error:
                is_end = not isinstance(error, Exception)
                for one in _still(asking + self._waiting if is_end else asking):
                    one.set_exception(error)
                if is_end:
                    raise
            else:
                for one in _still(asking):
                    one.set_result(state)


def _still(asking: list[asyncio.Future[bytes]]) -> list[asyncio.Future[bytes]]:
    """Those who have not gone meanwhile."""
    return [one for one in asking if not one.done()]
