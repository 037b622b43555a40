import { parseConnection, reinstate } from '../../netfilter/conntrack/reinstate.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import type { NamespaceEvidence } from '../evidence.ts'
import type { Findings } from './findings.ts'

/** Enters the connections that conntrack had: who continues one of them goes where it goes, whatever the rules say by now. */
export function rebuildConnections(netns: NetworkNamespace, evidence: NamespaceEvidence, findings: Findings): void {
  const { connections, name } = evidence
  if (connections === null) {
    findings.assume('conntrack has no entries', name)
    return
  }
  let unread = 0
  for (const { text } of connections) {
    const connection = parseConnection(text)
    if (connection === null) {
      unread++
      continue
    }
    reinstate(netns.netfilter.conntrack, connection)
  }
  if (unread > 0)
    findings.warn(`${unread} of ${connections.length} entries of conntrack are of a kind that has no model`, name)
}
