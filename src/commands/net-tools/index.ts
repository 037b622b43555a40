import type { Program } from '../process/program.ts'
import { arp } from './arp.ts'
import { ifconfig } from './ifconfig.ts'
import { netstat } from './netstat.ts'
import { route } from './route.ts'

/** net-tools 2.10. */
export const netTools: Readonly<Record<string, Program>> = { arp, ifconfig, netstat, route }
