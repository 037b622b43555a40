/** What `conntrack -S` counts (`struct ip_conntrack_stat`), by its names. */
export class ConntrackStatistics {
  /** Translations that would have collided. */
  found = 0
  /** Packets that belong to no connection and cannot begin one. */
  invalid = 0
  /** Connections that could not enter the table. */
  insert_failed = 0
  /** Packets dropped. */
  drop = 0
  /** Entries removed to make room. */
  early_drop = 0
  /** ICMP errors that belong to no connection. */
  error = 0
  /** Clashes that did not cost the packet. */
  clash_resolve = 0
}
