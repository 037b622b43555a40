import type { CounterLookup, ListRequest, Table, TableName } from '../../netfilter/index.ts'
import { UnsupportedError } from '../../packet/index.ts'

/** `iptables -L` */
export function listTable(
  _name: TableName,
  _table: Table | null,
  _request: ListRequest,
  _counters: CounterLookup,
): string {
  throw new UnsupportedError('iptables -L')
}
