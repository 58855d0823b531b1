import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPublicAddress } from '../../../src/providers/public-addresses.ts';

test.each([
  ...['1.1.1.1', '8.8.8.8', '142.250.185.78', '172.15.0.1', '172.32.0.1', '192.167.1.1'],
  ...['2001:4860:4860::8888', '2a00:1450:4001:80b::200e', '2606:4700:4700::1111'],
])('%s is on the public Internet', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test('every IPv4 address is hidden in no IPv6 form of it', () => {
  const form = fc.constantFrom('::ffff:', '::', '64:ff9b::', '::ffff:0:', '64:ff9b:1::');
  fc.assert(
    fc.property(form, fc.ipV4(), (prefix, address) => {
      expect(isPublicAddress(`${prefix}${address}`)).toBe(false);
    }),
  );
});

test('private networks are private from end to end', () => {
  const octet = fc.nat(255);
  const network = fc.constantFrom(
    '10.0',
    '172.16',
    '172.31',
    '192.168',
    '169.254',
    '127.0',
    '100.64',
  );
  fc.assert(
    fc.property(network, octet, octet, (prefix, c, d) => {
      expect(isPublicAddress(`${prefix}.${c}.${d}`)).toBe(false);
    }),
  );
});

test.each(['', 'localhost', 'example.org', '1.1.1', '01.1.1.1.1', '1.1.1.1/8', '[::1]'])(
  '%j is no address at all',
  (address) => {
    expect(isPublicAddress(address)).toBe(false);
  },
);
