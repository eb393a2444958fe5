"""SQL text made of names: quoted identifiers and the few statements whose tables or columns vary.

Owns quoting; values are always parameters and never come here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def quoted(name: str) -> str:
    """Return an identifier quoted for SQL; any name is safe."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str]) -> str:
    """Return quoted identifiers, comma separated."""
    return ", ".join(quoted(name) for name in names)


def insert_sql(table: str, columns: Sequence[str]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {quoted(table)} ({listed(columns)}) VALUES ({marks})"  # noqa: S608


def update_sql(table: str, columns: Sequence[str], pk: str) -> str:
    """Return an UPDATE of one row; parameters are the values, then the key."""
    pairs = ", ".join(f"{quoted(column)} = ?" for column in columns)
    return f"UPDATE {quoted(table)} SET {pairs} WHERE {quoted(pk)} = ?"  # noqa: S608


def delete_sql(table: str, pk: str) -> str:
    return f"DELETE FROM {quoted(table)} WHERE {quoted(pk)} = ?"  # noqa: S608


def select_sql(table: str, columns: Sequence[str], *, where: str = "", order_by: str = "") -> str:
    """Return a SELECT; ``where`` is SQL text of our own with ? for values, ``order_by`` a column."""
    sql = f"SELECT {listed(columns)} FROM {quoted(table)}"  # noqa: S608
    sql += f" WHERE {where}" if where else ""
    return sql + (f" ORDER BY {quoted(order_by)}" if order_by else "")
