/**
 * The rules of iptables, read from whatever prints them: iptables-save, `iptables -S`, `iptables -L -n -v`, `nft list ruleset`.
 *
 * Each form becomes a text of iptables-save, which `netfilter` reads; beside it stands for each line the line that it was read from. So there
 * is one reader of rules, and rules that nobody here knows are kept word by word. Of what a form does not tell, the text says so: `-m statistic
 * ???` is a match whose parameters were not printed, and a chain whose rules were not printed has the one rule `-j ???`. With
 * `keepUnsupported` both are read as parts that are not modelled, and a packet that reaches one depends on it. Nothing is guessed.
 */
export { joinIptables } from './join.ts'
export { printOf } from './print-of.ts'
export { readIptables } from './read-iptables.ts'
export { rulePlaces } from './rule-places.ts'
