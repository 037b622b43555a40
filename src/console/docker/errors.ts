/** What dockerd refuses. The command line tells it behind `Error response from daemon: `. */
export class DaemonError extends Error {}
