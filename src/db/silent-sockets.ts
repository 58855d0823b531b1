import { connect, type Socket } from 'node:net';

/** Where the driver would connect to: one host, or several that take turns. */
type Address = { host: string[]; port: number[]; path?: string | false | undefined };

/** In the longest silence that is allowed. */
const LOOKS = 5;

/** Of the event loop; the driver takes one from getting a socket to its first message. */
const TURNS = 4;

/**
 * Makes connections that end once nothing has been heard on them for too long. A path that goes dark tells
 * nobody: what was asked on it would be waited for until TCP gives up, which takes a quarter of an hour, or
 * for ever. When the socket ends, the driver rejects all of it, and connects anew.
 *
 * @param silentMs must be longer than the driver keeps an idle connection and the server takes to answer
 * @returns the option `socket` of the driver (postgres 3.4.9, which does not say so in its types)
 */
export function silentSockets(silentMs: number) {
  let turn = 0;
  return ({ host, port, path }: Address): Socket => {
    const index = turn % host.length;
    turn += 1;
    const name = host[index];
    const socket = path ? connect(path) : connect({ host: name, port: port[index] ?? 5432 });
    endWhenMute(socket);
    if (Number.isFinite(silentMs)) endWhenSilent(socket, silentMs);
    // By this name the driver checks a certificate.
    return Object.assign(socket, { host: name });
  };
}

/**
 * Ends a connection on which the driver does not say at once who it is. Was the one before it lost just when
 * something was to be written, it takes that for being on its way still, and what it writes piles up beside
 * it. Tried again for some milliseconds, it has a kibibyte, which goes out; the server refuses that, and the
 * next connection is a good one. The query that it is opened for waits for all of it.
 */
function endWhenMute(socket: Socket): void {
  let turns = 0;
  const look = () => {
    turns += 1;
    if (socket.bytesWritten > 0) return;
    if (turns < TURNS) setImmediate(look);
    else socket.destroy();
  };
  setImmediate(look);
}

/** Silence is counted in looks: a process that stood still itself has heard nothing, and that says nothing. */
function endWhenSilent(socket: Socket, silentMs: number): void {
  let heard = 0;
  let looks = 0;
  const timer = setInterval(() => {
    looks = socket.bytesRead === heard ? looks + 1 : 0;
    heard = socket.bytesRead;
    if (looks >= LOOKS) socket.destroy();
    if (socket.destroyed) clearInterval(timer);
  }, silentMs / LOOKS);
  timer.unref();
}
