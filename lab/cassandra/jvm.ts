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

/** What the daemon and its tools both need. */
export const moduleArguments: readonly string[] = [
  ...EXPORTS.flatMap((name) => ['--add-exports', `${name}=ALL-UNNAMED`]),
  ...OPENS.flatMap((name) => ['--add-opens', `${name}=ALL-UNNAMED`]),
]

/** Three nodes share two cores and a few GB: a small heap and the collector with the fewest threads. */
export const memoryArguments: readonly string[] = ['-Xms256m', '-Xmx384m', '-Xss256k', '-XX:+UseSerialGC']
