/**
 * Commands: the words that people type on a real machine, for the simulated one. `runScript` runs a bash script that builds network
 * namespaces and sends packets, in virtual time, and can tell what happened in the form in which the laboratory tells it of a real kernel
 * (`record/`), so that the two are compared.
 *
 *     script ─ shell/ ─┬─ basic/: echo, sleep, timeout …
 *                      ├─ ip/, bridge/, sysctl ──── the typed interface of a namespace, of bridges and VXLAN devices
 *                      ├─ net-tools/, brctl/, ss/ ── the same in older words
 *                      ├─ text/, proc/: grep, sort … behind a pipe; the files that the kernel makes
 *                      ├─ iptables/, conntrack ──── netfilter
 *                      └─ ping/, traceroute, arping, nc/ ──── sockets
 *     recording/: a probe that hears of each frame, rule and connection ─ record/: one normalised form for both machines
 *
 * - `machine.ts` is a Linux machine as commands see it: its namespaces and files. `programs.ts` lists every program by name.
 * - `process/` is a program that takes virtual time: a generator that yields what it waits for. Packets go as far as they can before a
 *   program runs again, as on one processor.
 * - `shell/` reads and runs the part of bash that such scripts need, and refuses the rest by name and line.
 *
 * Commands are a thin face: whatever they do, a program can do by the typed interfaces of the folders below. Words, output and exit codes
 * are those of iproute2 6.1, iptables 1.8.9 (nf_tables), conntrack-tools 1.4.7, iputils 20221126, traceroute 2.1.2, OpenBSD netcat 1.219,
 * procps-ng 4, net-tools 2.10, bridge-utils 1.7.1, GNU grep 3.8 and coreutils 9.1, as Debian 12 has them; what is not modelled throws `UnsupportedError`. It knows nothing of Kubernetes.
 *
 * @packageDocumentation
 */
export { type HostParts, Machine, ROOT, type ServedPort, type ServedPorts } from './machine.ts'
export type { OctetFiles } from './process/captures.ts'
export type { Files } from './process/files.ts'
export type { Task, Wait } from './process/process.ts'
export type { Launcher, Program, ProgramContext } from './process/program.ts'
export type { Runnable, Scheduler } from './process/scheduler.ts'
export type { Input, Output } from './process/streams.ts'
export { programs } from './programs.ts'
export type {
  FrameFields,
  LabCommand,
  LabRecord,
  LabScript,
  LooseReason,
  NumberOrPlaceholder,
  Observation,
  ObservedFields,
  ObservedFrame,
  ObservedLink,
  PacketFields,
  PerNetns,
  RecordedChain,
  RecordedCommand,
  RecordedConntrack,
  RecordedConntrackEntry,
  RecordedConntrackEvent,
  RecordedFdbEntry,
  RecordedFrame,
  RecordedHit,
  RecordedNeighbour,
  RecordedRoute,
  RecordedRouting,
  RecordedTraversal,
  RecordedTuple,
} from './record/index.ts'
export { LabRecorder } from './recording/recorder.ts'
export { type RunOptions, runScript, type ScriptResult } from './run-script.ts'
