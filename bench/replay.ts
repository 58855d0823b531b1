import type postgres from 'postgres';
import type { Statement } from './recorder.ts';

/** Statements that share a transaction, or one that has none, and the units that came before. */
export type Unit = { statements: Statement[]; after: Unit[] };

/** Finds out what the app waited for: whatever was done before a statement was issued. */
export function toUnits(statements: readonly Statement[]): Unit[] {
  const units: Unit[] = [];
  for (const statement of statements) {
    const open = units.at(-1);
    const own = units.find(
      (unit) =>
        statement.transaction > 0 && unit.statements[0]?.transaction === statement.transaction,
    );
    if (own && open) own.statements.push(statement);
    else {
      const after = units.filter((unit) =>
        unit.statements.every((other) => other.doneAt <= statement.issuedAt),
      );
      units.push({ statements: [statement], after });
    }
  }
  return units;
}

/** Sends the same statements once more with the bare driver, as much at once as the app did. */
export async function replay(sql: postgres.Sql, units: readonly Unit[]): Promise<void> {
  const running = new Map<Unit, Promise<unknown>>();
  for (const unit of units) {
    const before = unit.after.map((other) => running.get(other));
    running.set(
      unit,
      before.length === 0 ? runUnit(sql, unit) : Promise.all(before).then(() => runUnit(sql, unit)),
    );
  }
  await Promise.all(running.values());
}

export function runUnit(sql: postgres.Sql, { statements }: Unit): Promise<unknown> {
  const [first] = statements;
  if (first && first.transaction === 0) return send(sql, first);
  return sql.begin(async (tx) => {
    for (const statement of statements) await send(tx, statement);
  });
}

function send(
  sql: postgres.Sql | postgres.TransactionSql,
  { text, parameters, prepared }: Statement,
): Promise<unknown> {
  return sql.unsafe(text, parameters, { prepare: prepared }).values();
}
