/** Where programs and their own files are, in which language they speak, and how they reach others. */
const PASSED = [
  ...['PATH', 'HOME', 'TMPDIR', 'LANG', 'LC_ALL'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'],
  ...['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'],
];

/**
 * The environment of programs that work on what anybody sent, or that is on the Internet: without the
 * server's settings, which hold its keys and the password of its database.
 *
 * @param env of this process
 */
export function readProgramEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const given = PASSED.map((name) => [name, env[name]] as const);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
