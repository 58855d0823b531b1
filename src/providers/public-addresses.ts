import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Global unicast, RFC 4291: every IPv6 address that the Internet routes begins with 001. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Addresses that a cloud answers on its own machines although they look like anybody's: Azure's
 * WireServer hands out the machine's configuration.
 */
const CLOUD_INTERNAL = new Set(['168.63.129.16']);

/**
 * Whether an address is one that the whole Internet routes to one place: not private, loopback,
 * link-local, shared, reserved, multicast, or an IPv6 form that carries an IPv4 address (mapped,
 * NAT64, 6to4, Teredo), behind which any of these may hide.
 *
 * @param address an IPv4 or IPv6 address as the resolver gives it; anything else is not public
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || CLOUD_INTERNAL.has(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST);
}
