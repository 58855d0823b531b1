import { writeSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

/** Ends the output with `N passed, N failed`, below everything that others still have to say. */
export function summaryReporter(): Reporter {
  let summary: string | undefined;
  process.once('exit', () => {
    if (summary) writeSync(process.stdout.fd, `${summary}\n`);
  });
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const tests = modules.flatMap((module) => [...module.children.allTests()]);
      const count = (state: string) => tests.filter((test) => test.result().state === state).length;
      // A file that cannot be loaded, or whose hooks fail, has no failed test of its own.
      const broken = modules.filter((module) => module.errors().length > 0);
      const suites = modules.flatMap((module) => [...module.children.allSuites()]);
      const failedHooks = suites.filter((suite) => suite.errors().length > 0);
      const failed = count('failed') + broken.length + failedHooks.length + unhandledErrors.length;
      const skipped = count('skipped');
      summary = `${count('passed')} passed, ${failed} failed`;
      if (skipped > 0) summary += `, ${skipped} skipped`;
    },
  };
}
