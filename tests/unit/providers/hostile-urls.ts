/** Addresses that no server may be made to ask: the machine, its network, its cloud. */
const IPV4 = [
  ...['127.0.0.1', '127.0.0.2', '127.1.2.3', '127.255.255.254', '0.0.0.0', '0.1.2.3'],
  ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.254', '192.168.0.1', '192.168.1.254'],
  ...['169.254.169.254', '169.254.170.2', '169.254.0.1', '100.64.0.1', '100.100.100.200'],
  ...['192.0.0.192', '192.0.2.1', '198.51.100.7', '203.0.113.9', '198.18.0.1', '192.88.99.1'],
  ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255', '168.63.129.16'],
];

const IPV6 = [
  ...['::1', '::', 'fe80::1', 'fec0::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '100::1'],
  ...['2001:db8::1', '3fff::1', '2001::1', '2001:10::1', '5f00::1', '4000::1', '64:ff9b:1::1'],
];

const NAMES = [
  ...['localhost', 'LOCALHOST', 'localhost.', 'foo.localhost', 'localhost.localdomain'],
  ...['ip6-localhost', 'metadata.google.internal', 'metadata.google.internal.', 'metadata'],
  ...[
    'kubernetes.default.svc',
    'host.docker.internal',
    'router.lan',
    'db.internal',
    'printer.local',
  ],
  ...['127.0.0.1.nip.example', 'rebind.example', 'mixed.example', 'six.example', 'nowhere.example'],
];

const SCHEMES = [
  ...['ftp://1.1.1.1/', 'file:///etc/passwd', 'gopher://127.0.0.1:6379/_INFO', 'data:text/plain,x'],
  ...['javascript:alert(1)', 'ws://127.0.0.1/', 'unix:///var/run/docker.sock', 'jar:http://a!/'],
  ...[
    'http://',
    'http:///',
    'https://?',
    '//127.0.0.1/',
    '',
    ' ',
    'about:blank',
    'blob:http://a/b',
  ],
];

/** The ways to write an IPv4 address that some parser or other takes. */
function spellings(address: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  const whole = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  const hex = (part: number) => `0x${part.toString(16)}`;
  const octal = (part: number) => `0${part.toString(8)}`;
  const [high, low] = [(a << 8) | b, (c << 8) | d].map((part) => part.toString(16));
  return [
    address,
    `${address}.`,
    String(whole),
    hex(whole),
    octal(whole),
    [a, b, c, d].map(hex).join('.'),
    [a, b, c, d].map(octal).join('.'),
    `${a}.${(b << 16) | (c << 8) | d}`,
    `${a}.${b}.${(c << 8) | d}`,
    address.replaceAll('.', '。'),
    address.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    `[::ffff:${address}]`,
    `[::ffff:${high}:${low}]`,
    `[0:0:0:0:0:ffff:${high}:${low}]`,
    `[::${address}]`,
    `[64:ff9b::${address}]`,
    `[2002:${high}:${low}::1]`,
  ];
}

/**
 * URLs that must not be connected to.
 *
 * @param port of a server on this machine, which counts who comes
 */
export function hostileUrls(port: number): string[] {
  const hosts = [
    ...IPV4.flatMap(spellings),
    ...IPV6.map((address) => `[${address}]`),
    ...['[fe80::1%25eth0]', '[::ffff:0:127.0.0.1]', '[2002:7f00:1::]', '[::127.0.0.1]'],
    ...NAMES,
  ];
  const ports = [21, 22, 25, 53, 110, 111, 139, 143, 445, 587, 873, 993];
  const urls = [
    ...hosts.map((host, index) => `${index % 2 ? 'http' : 'https'}://${host}:${port}/latest`),
    ...NAMES.map((name) => `http://${name}/`),
    ...ports.map((other) => `http://public.example:${other}/`),
    ...SCHEMES,
    `http://public.example@127.0.0.1:${port}/`,
    `http://127.0.0.1:${port}@public.example/`,
    `http://user:password@public.example:${port}/`,
    `http://public.example#@127.0.0.1:${port}/`.replace('public.example#', 'public.example%23'),
    `http://127.0.0.1:${port}\\@public.example/`,
    `http://127.0.0.1\t:${port}/`,
    `http:127.0.0.1:${port}/`,
    `http://0:${port}/`,
    `http://127.1:${port}/`,
    `http:\\\\127.0.0.1:${port}\\`,
  ];
  // Some addresses have spellings in common.
  return [...new Set(urls)];
}
