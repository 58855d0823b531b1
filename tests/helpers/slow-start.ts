import { Server } from 'node:net';

/*
 * Loaded with `--import` before a server: holds the event loop up before it listens, longer than a
 * request may be late, as the start does on a slow machine.
 */
const { listen } = Server.prototype;
Server.prototype.listen = function (this: Server, ...given: unknown[]) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_000);
  return Reflect.apply(listen, this, given);
};
