/** The row of an INSERT … RETURNING, which the types allow to be missing and the database does not. */
export function inserted<Row>(row: Row | undefined): Row {
  if (row === undefined) throw new Error('INSERT … RETURNING returned no row');
  return row;
}
