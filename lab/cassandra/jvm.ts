/** Packages that Cassandra 5.0 reaches into on JDK 17 (its `conf/jvm17-server.options`). */
const EXPORTS = [
  'java.base/jdk.internal.misc',
  'java.base/java.lang.ref',
  'java.base/sun.nio.ch',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.management/com.sun.jmx.remote.security',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
  'jdk.attach/sun.tools.attach',
  'jdk.compiler/com.sun.tools.javac.file',
  'jdk.unsupported/sun.misc',
]
const OPENS = [
  ...['io', 'lang', 'lang.module', 'lang.reflect', 'nio', 'util', 'util.concurrent', 'util.concurrent.atomic'].map(
    (name) => `java.base/java.${name}`,
  ),
  ...['loader', 'math', 'module', 'ref', 'reflect', 'util.jar'].map((name) => `java.base/jdk.internal.${name}`),
  'java.base/sun.nio.ch',
  'jdk.management/com.sun.management.internal',
]

/** Arguments that the daemon and its tools both need. */
export const moduleArguments: readonly string[] = [
  ...EXPORTS.flatMap((name) => ['--add-exports', `${name}=ALL-UNNAMED`]),
  ...OPENS.flatMap((name) => ['--add-opens', `${name}=ALL-UNNAMED`]),
]

/** Three nodes share two cores and a few GB: a small heap and the collector with the fewest threads. */
export const memoryArguments: readonly string[] = ['-Xms256m', '-Xmx384m', '-Xss256k', '-XX:+UseSerialGC']

/**
 * Leaves the optimising compiler out, for nodes that live for minutes: a start takes 10.6 s of CPU instead of 18.3, and tests that
 * restart nodes wait for little else. Measurements need the optimised code that a node runs after hours.
 */
export const briefArguments: readonly string[] = ['-XX:TieredStopAtLevel=1']

/**
 * Slack of its threads' timers, in ns (Linux's default is 50,000). Workers without work sleep for 10 µs at a time until
 * there is some (`SEPWorker.doWaitSpin`): three nodes that answer 1,000 reads a second changed threads 93,000 times a
 * second on two cores, and a read took a node 0.8 ms of CPU. With this slack it is 25,000 and 0.4 ms, and no read waits
 * longer: the 99th percentile went from 20 to 5 ms. One millisecond saves little more and costs each read half of one.
 */
const TIMER_SLACK_NS = 400_000

/** A shell's script that becomes Java with the script's own arguments: what a process asks of its timers outlives `exec`. */
export const startScript = `echo ${TIMER_SLACK_NS} > /proc/$$/timerslack_ns; exec java "$@"`
