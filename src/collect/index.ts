/**
 * The collector: it records what the tools of a real host print in each of its network namespaces, as a snapshot (`src/snapshot/format.ts`).
 *
 * It is one POSIX shell script, `collect.sh`, because that is what can be sent to a host on which nothing may be installed; what stands here only
 * finds and runs it. The script interprets nothing of what it records: it knows which commands to ask (`COLLECTED` of `src/snapshot/commands.ts`),
 * how to reach the namespaces, whose they are, and how to ask without changing the host. Its head says how it keeps that promise.
 */
export { type Collection, collect, collectObstacle } from './run.ts'
export { collectorScript } from './script.ts'
