/**
 * Traces through what is known of real hosts: `SnapshotWorld` rebuilds it and follows a packet. `places.ts` knows what people call a namespace,
 * `ends.ts` finds who sends and who is sent to, `services.ts` reads in the rules of kube-proxy which Services there are. It must not read what
 * tools print: that is `parse`'s part.
 */
export { evidenceOfHosts } from './hosts.ts'
export { SnapshotWorld } from './world.ts'
