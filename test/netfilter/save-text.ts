import type { Tables } from '../../src/netfilter/command/tables.ts'
import type { TableName } from '../../src/netfilter/rule.ts'
import { saveTable } from '../../src/netfilter/text/save.ts'

/** One table as iptables-save prints it, without counters. */
export function savedTable(tables: Tables, name: TableName): string {
  return saveTable(tables.get(name)!).replace(/ \[0:0\]$/gm, '')
}

/** All tables, in the order of their processing in the kernel. */
export function savedTables(tables: Tables): string {
  return [...tables.keys()].map((name) => savedTable(tables, name)).join('')
}
