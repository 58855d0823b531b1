import type { Database } from '../../src/db/client.ts';
import { query } from '../helpers/database.ts';

/** Not an extension's. */
const isOurs = (namespace: string) => `${namespace} = 'public'::regnamespace and not exists (
  select from pg_depend where objid = o.oid and deptype = 'e')`;

const COLUMNS = `attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull,
  attstorage, attidentity, attgenerated, pg_get_expr(adbin, adrelid)`;

/** A line for each kind of object that a migration can make, with all that defines it. */
const LINES = [
  `select format('relation %s %s', oid::regclass, relkind) as line from pg_class o
   where ${isOurs('relnamespace')}`,
  `select concat_ws(' ', 'column', ${COLUMNS}) from pg_attribute
   join pg_class o on o.oid = attrelid
   left join pg_attrdef on adrelid = attrelid and adnum = attnum
   where attnum > 0 and not attisdropped and relkind = 'r' and ${isOurs('relnamespace')}`,
  `select concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
   from pg_constraint o where ${isOurs('connamespace')}`,
  `select indexdef from pg_indexes where schemaname = 'public'`,
  `select pg_get_triggerdef(t.oid) from pg_trigger t join pg_class o on o.oid = tgrelid
   where not tgisinternal and ${isOurs('relnamespace')}`,
  `select pg_get_functiondef(oid) from pg_proc o where prokind = 'f' and ${isOurs('pronamespace')}`,
  `select format('type %s', typname) from pg_type o where typcategory <> 'A'
   and ${isOurs('typnamespace')}`,
  `select format('text search dictionary %s', dictname) from pg_ts_dict o
   where ${isOurs('dictnamespace')}`,
  `select concat_ws(' ', 'text search configuration', cfgname, maptokentype, mapseqno,
     mapdict::regdictionary) from pg_ts_config o join pg_ts_config_map on mapcfg = oid
   where ${isOurs('cfgnamespace')}`,
];

/**
 * Every object of the schema, without those of extensions, of Drizzle's own record, and the vector
 * indexes that the server makes for each embedding model.
 */
export async function describeSchema(db: Database): Promise<string[]> {
  const rows = await query<{ line: string }>(db, `${LINES.join(' union all ')} order by 1`);
  return rows.map((row) => row.line).filter((line) => !/_model_\d+_index/.test(line));
}
