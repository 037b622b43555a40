/** What is left to do for a segment: nothing, or to answer it with a reset (`tcp_v4_send_reset`). */
export const Outcome = { DONE: 0, RESET: 1 } as const
export type Outcome = (typeof Outcome)[keyof typeof Outcome]
