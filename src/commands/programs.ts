import { arping } from './arping.ts'
import { basicPrograms } from './basic/index.ts'
import { brctl } from './brctl/index.ts'
import { bridge } from './bridge/index.ts'
import { conntrack } from './conntrack.ts'
import { curl } from './http/curl.ts'
import { wget } from './http/wget.ts'
import { ip } from './ip/index.ts'
import { ipset } from './ipset/index.ts'
import { iptables } from './iptables/iptables.ts'
import { iptablesLegacySave, iptablesNftSave, iptablesRestore, iptablesSave } from './iptables/save-restore.ts'
import { nc } from './nc/nc.ts'
import { netTools } from './net-tools/index.ts'
import { nfacct } from './nfacct.ts'
import { ping } from './ping/ping.ts'
import type { Program } from './process/program.ts'
import { sh } from './shell/sh.ts'
import { ss } from './ss/index.ts'
import { sysctl } from './sysctl.ts'
import { tcpdump } from './tcpdump/index.ts'
import { textPrograms } from './text/index.ts'
import { traceroute } from './traceroute.ts'

/** Every program that a script may call, by its name. One more is one more line here. */
export const programs: Readonly<Record<string, Program>> = {
  ...basicPrograms,
  ...netTools,
  ...textPrograms,
  arping,
  bash: sh,
  brctl,
  bridge,
  conntrack,
  curl,
  ip,
  ipset,
  iptables,
  'iptables-legacy-save': iptablesLegacySave,
  'iptables-nft': iptables,
  'iptables-nft-restore': iptablesRestore,
  'iptables-nft-save': iptablesNftSave,
  'iptables-restore': iptablesRestore,
  'iptables-save': iptablesSave,
  nc,
  netcat: nc,
  nfacct,
  ping,
  sh,
  ss,
  sysctl,
  tcpdump,
  traceroute,
  wget,
}
