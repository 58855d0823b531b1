/**
 * Loaded with `node --import` before the server; everything works without it, more slowly.
 *
 * - Compiled code is kept between starts.
 * - To learn the format of each of drizzle-orm's modules Node reads that package's `package.json`,
 *   which is 178 kB, again and again: half a second. They are all ES modules, so that is said here.
 */
import { enableCompileCache, registerHooks } from 'node:module';

enableCompileCache();

registerHooks({
  resolve(specifier, context, nextResolve) {
    const { parentURL } = context;
    if (!specifier.startsWith('.') || !parentURL?.includes('/node_modules/drizzle-orm/')) {
      return nextResolve(specifier, context);
    }
    return { url: new URL(specifier, parentURL).href, format: 'module', shortCircuit: true };
  },
});
