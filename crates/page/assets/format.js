// Numbers, shares and moments for people.

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY = 86_400;

/** What stands where nothing is known. */
export const UNKNOWN = "–";

/** @param {number | null} value */
export function count(value) {
  return value === null ? UNKNOWN : WHOLE.format(value);
}

/**
 * A number that is an estimate, as people say it.
 * @param {number} value
 */
export function about(value) {
  if (value >= 9.5) return WHOLE.format(value);
  return value >= 0.95 ? value.toFixed(1).replace(/\.0$/, "") : amount(value);
}

/**
 * A number with as many digits as tell something.
 * @param {number | null} value
 */
export function amount(value) {
  if (value === null) return UNKNOWN;
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 100) return WHOLE.format(value);
  if (size >= 10) return value.toFixed(1);
  if (size >= 0.01 || size === 0) return value.toFixed(2);
  return "< 0.01";
}

/**
 * @param {number | null} share in 0 to 1
 * @param {number} [digits]
 */
export function percent(share, digits = 0) {
  if (share === null) return UNKNOWN;
  if (share > 0 && share < 0.5 * 10 ** (-2 - digits)) return `< ${10 ** -digits}\u00a0%`;
  return `${(100 * share).toFixed(digits)}\u00a0%`;
}

/**
 * A figure of quality such as an area, which is told by three digits.
 * @param {number | null} value
 */
export function figureOf(value) {
  return value === null ? UNKNOWN : value.toFixed(3);
}

/**
 * "1 change", "2 changes".
 * @param {number} n
 * @param {string} one
 * @param {string} [many]
 */
export function counted(n, one, many = `${one}s`) {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/**
 * The day of a moment, or the seconds if no calendar has it.
 * @param {number | null} seconds since 1970, UTC
 */
export function day(seconds) {
  if (seconds === null) return UNKNOWN;
  const moment = new Date(seconds * 1_000);
  return Number.isNaN(moment.getTime()) ? `@${seconds}` : moment.toISOString().slice(0, 10);
}

/**
 * Day and time of a moment.
 * @param {number} seconds since 1970, UTC
 */
export function moment(seconds) {
  const at = new Date(seconds * 1_000);
  return Number.isNaN(at.getTime()) ? `@${seconds}` : `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/**
 * The name of a step of time.
 * @param {number} seconds its first moment
 * @param {string} unit
 */
export function step(seconds, unit) {
  const at = new Date(seconds * 1_000);
  if (Number.isNaN(at.getTime())) return `@${seconds}`;
  const year = at.getUTCFullYear();
  if (unit === "year") return `${year}`;
  if (unit === "quarter") return `${year} Q${Math.floor(at.getUTCMonth() / 3) + 1}`;
  if (unit === "month") return `${MONTHS[at.getUTCMonth()]} ${year}`;
  return day(seconds);
}

/**
 * A span of time.
 * @param {number | null} days
 */
export function span(days) {
  if (days === null) return "more than ten years";
  if (days < 1) return "less than a day";
  if (days < 60) return counted(Math.round(days), "day");
  if (days < 720) return counted(Math.round(days / 30.4), "month");
  return `${(days / 365.25).toFixed(1)} years`;
}

/**
 * Days between two moments.
 * @param {number} from seconds
 * @param {number} to seconds
 */
export function daysBetween(from, to) {
  return (to - from) / DAY;
}

/**
 * The first digits of an id, as git shows it.
 * @param {string} commit
 */
export function short(commit) {
  return commit.slice(0, 10);
}

/**
 * A share as people say it: "1 in 7".
 * @param {number} share
 */
export function oneIn(share) {
  return share > 0 ? `1 in ${WHOLE.format(Math.max(1, Math.round(1 / share)))}` : "none";
}
