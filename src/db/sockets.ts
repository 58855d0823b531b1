import { connect, type Socket } from 'node:net';
import { endWhenMute, endWhenSilent, failWhenUnheard } from './silent-sockets.ts';
import { endsTogether } from './socket-ends.ts';

/** Where the driver would connect to: one host, or several that take turns. */
type Address = {
  host: string[];
  port: number[];
  path?: string | false | undefined;
  sslnegotiation?: string | null | undefined;
};

/**
 * Makes the driver's connections. Those that are lost, or fail to say anything, end so that it rejects what
 * was asked on them, and connects anew.
 *
 * @param silentMs after so long without a word from the server a connection ends; it must be longer than the
 *   driver keeps an idle one and the server takes to answer
 * @returns the option `socket` of the driver (postgres 3.4.9, which does not say so in its types)
 */
export function openSockets(silentMs: number) {
  const tellOfEnd = endsTogether();
  let turn = 0;
  return ({ host, port, path, sslnegotiation }: Address): Socket => {
    const index = turn % host.length;
    turn += 1;
    const name = host[index];
    const socket = path ? connect(path) : connect({ host: name, port: port[index] ?? 5432 });
    tellOfEnd(socket);
    failWhenUnheard(socket);
    // Where TLS speaks first, the driver has nothing to say yet.
    if (sslnegotiation !== 'direct') endWhenMute(socket);
    if (Number.isFinite(silentMs)) endWhenSilent(socket, silentMs);
    // By this name the driver checks a certificate.
    return Object.assign(socket, { host: name });
  };
}
