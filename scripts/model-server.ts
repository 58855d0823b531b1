/** Starts a server that plays a model by a script: `npm run model-server -- script.json [port]`. */
import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { startModelServer } from '../src/providers/scripted/model-server.ts';
import { Script } from '../src/providers/scripted/script.ts';

const [file, port = '8089'] = process.argv.slice(2);
const script: unknown = file === undefined ? {} : JSON.parse(readFileSync(file, 'utf8'));
const schema = Compile(Script);
if (!schema.Check(script)) {
  for (const { instancePath, message } of schema.Errors(script)) {
    console.error(`${file}${instancePath}: ${message}`);
  }
  process.exit(1);
}
const server = await startModelServer(script, Number(port));
console.log(`LLM_BASE_URL=${server.baseUrl} LLM_MODEL=${script.models?.[0] ?? 'scripted'}`);
