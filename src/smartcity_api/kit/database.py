"""Engines and sessions: one pool for writing, one for reading (which may be a replica)."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine


@dataclass(frozen=True)
class Database:
    """The application's way to PostgreSQL; made once per process, closed at shutdown."""

    reader: AsyncEngine
    reading: async_sessionmaker[AsyncSession]

    @classmethod
    def connect(
        cls, read_url: str, *, pool_size: int = 10, pool_timeout: float = 5.0, statement_timeout: float = 10.0
    ) -> "Database":
        """Open nothing yet; connections are made on demand. Timeouts are in seconds.

        A reading session sees one snapshot and cannot write: PostgreSQL itself refuses
        (REPEATABLE READ, READ ONLY), so a programming error cannot become a silent change.
        """
        reader = create_async_engine(
            read_url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout,
            hide_parameters=True,  # errors are logged, and parameters may hold what somebody searched for
            isolation_level="REPEATABLE READ",
            execution_options={"postgresql_readonly": True},
            connect_args={
                "options": f"-c statement_timeout={round(statement_timeout * 1000)}"
                " -c idle_in_transaction_session_timeout=60000",
                "application_name": "smartcity-api",
                "connect_timeout": 5,
            },
        )
        return cls(reader=reader, reading=async_sessionmaker(reader, expire_on_commit=False))

    async def close(self) -> None:
        """Close every connection."""
        await self.reader.dispose()
