import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { openBare } from './postgres.ts';

/**
 * What `GET /v1/conversations/{id}/messages` costs without a framework: the app's two statements,
 * prepared, with the bare driver on as large a pool, and JSON. No check that the app makes is
 * missing which costs a query, but all the others are.
 */
const { DATABASE_URL = '', PORT = '', STATEMENTS = '[]' } = process.env;
const [session = '', page = ''] = JSON.parse(STATEMENTS);
const sql = openBare(DATABASE_URL);

const server = createServer(async (request, response) => {
  if (request.url === '/health') return response.end();
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  const tokenHash = createHash('sha256').update(token).digest('hex');
  const [found] = await sql.unsafe(session, [tokenHash], { prepare: true });
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
  const limit = Number(searchParams.get('limit'));
  const parameters = [found?.user_id, pathname.split('/')[3] ?? '', -1, limit + 1];
  const rows = found ? await sql.unsafe(page, parameters, { prepare: true }) : [];
  const data = rows.slice(0, limit);
  const nextCursor = rows.length > limit ? data.at(-1)?.position : null;
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify({ data, nextCursor }));
});
server.listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit());
