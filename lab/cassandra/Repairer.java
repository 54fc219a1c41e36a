import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * Repairs one range of one table after the other, as Cassandra's tools do (JMX, StorageServiceMBean), in one process: each start of
 * `nodetool` takes a second of a core. Reads lines `jmxPort keyspace table fromToken toToken`, answers each with a line: the
 * repair's last state.
 */
public final class Repairer {
  private static final long LOOK_EVERY_MS = 50;

  private final Map<String, MBeanServerConnection> connections = new HashMap<>();

  private MBeanServerConnection connectionTo(String port) throws Exception {
    MBeanServerConnection known = connections.get(port);
    if (known != null) return known;
    JMXServiceURL url = new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + port + "/jmxrmi");
    JMXConnector connector = JMXConnectorFactory.connect(url);
    connections.put(port, connector.getMBeanServerConnection());
    return connections.get(port);
  }

  private String repair(String port, String keyspace, String table, String range) throws Exception {
    MBeanServerConnection node = connectionTo(port);
    ObjectName service = new ObjectName("org.apache.cassandra.db:type=StorageService");
    Map<String, String> options = new HashMap<>();
    options.put("columnFamilies", table);
    options.put("ranges", range);
    options.put("incremental", "false");
    options.put("primaryRange", "false");
    options.put("parallelism", "parallel");
    String[] types = {String.class.getName(), Map.class.getName()};
    Object number = node.invoke(service, "repairAsync", new Object[] {keyspace, options}, types);
    for (;;) {
      Thread.sleep(LOOK_EVERY_MS);
      String[] ofInt = {int.class.getName()};
      List<?> status = (List<?>) node.invoke(service, "getParentRepairStatus", new Object[] {number}, ofInt);
      if (status != null && !String.valueOf(status.get(0)).equals("IN_PROGRESS")) return String.join(" ", status.stream().map(String::valueOf).toList());
    }
  }

  public static void main(String[] arguments) throws Exception {
    Repairer repairer = new Repairer();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ");
      System.out.println(repairer.repair(words[0], words[1], words[2], words[3] + ":" + words[4]));
    }
    System.exit(0);
  }
}
