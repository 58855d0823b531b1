import type { Socket } from 'node:net';

/** In the longest silence that is allowed. */
const LOOKS = 5;

/** Of the event loop; the driver takes one from getting a socket to its first message. */
const TURNS = 4;

/**
 * Ends a connection on which the driver does not say at once who it is. Was the one before it lost just when
 * something was to be written, it takes that for being on its way still, and what it writes piles up beside
 * it. Tried again for some milliseconds, it has a kibibyte, which goes out. The server refuses that, and with it
 * the query that the connection was opened for; the next one is good.
 */
export function endWhenMute(socket: Socket): void {
  let turns = 0;
  const look = () => {
    turns += 1;
    if (socket.bytesWritten > 0) return;
    if (turns < TURNS) setImmediate(look);
    else socket.destroy();
  };
  setImmediate(look);
}

/**
 * Makes an error of a connection that the other side ends without a word, as what stands before a server does
 * that is away. The driver would try again for ever, and at once.
 */
export function failWhenUnheard(socket: Socket): void {
  socket.once('end', () => {
    if (socket.bytesRead > 0) return;
    const error = new Error('The database hung up without a word.');
    socket.destroy(Object.assign(error, { code: 'ECONNRESET' }));
  });
}

/**
 * Ends a connection once nothing has been heard on it for too long. A path that goes dark tells nobody: what
 * was asked on it would be waited for until TCP gives up, which takes a quarter of an hour, or for ever.
 * Silence is counted in looks: a process that stood still itself has heard nothing, and that says nothing.
 */
export function endWhenSilent(socket: Socket, silentMs: number): void {
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
