/**
 * The console: a simulated cluster in which one can look around, and change what one finds.
 *
 *     references ─ place ─ machines: nodes and pods as machines with files (host-files)
 *     a line ─ session ─ the shell and the programs of `commands`, at the place where one is
 *                      └ kubectl and etcdctl, which look at the cluster as a whole; docker, on hosts that have it
 *
 * A `Session` keeps its state between commands: an answer comes back through the conntrack entry that the first packet made, and what is
 * deleted stays deleted. It owns who is where and what a host's files say; what commands do and print belongs to `commands`.
 *
 * @packageDocumentation
 */

export { dockerWorld } from './docker/world.ts'
export type { Place } from './place.ts'
export { RunningCommand, type Stretch } from './running-command.ts'
export { Session, type SessionOptions } from './session.ts'
export type { World } from './world.ts'
