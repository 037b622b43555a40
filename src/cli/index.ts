/**
 * The command line: `kubehop trace`, `iptables-save`, `topology`, `export`, `run`, `lab`, `demo`, `completion`.
 *
 *     main.ts (the process) ─ cli.ts ─┬─ commands.ts: what commands there are, as data ─ parse.ts, help.ts, completion/
 *                                     └─ load.ts ─ command/NAME.ts: one each, loaded when it is called
 *
 * It owns words, files, colours, progress and exit codes; what a command does is done by the library, which any other program can call
 * the same way. Everything that a command touches of its process comes in as `Io`, so that tests run it in process. It may use Node; nothing below it
 * but `lab` does. Command modules are loaded when they are called: help and version must not wait for the simulator.
 */
export { main } from './cli.ts'
export type { Io, Output } from './io.ts'
