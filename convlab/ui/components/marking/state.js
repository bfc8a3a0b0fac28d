// What the board keeps between messages.

/**
 * @typedef {object} State
 * @property {HTMLElement} root
 * @property {import("../shared/mounted.js").Life} life
 * @property {HTMLElement} board
 * @property {HTMLElement} foot
 * @property {import("./message").Message | null} message
 * @property {Set<number>} marked Cells, counted row by row.
 * @property {number} at The cell that the tab key reaches.
 * @property {() => void} cancel Does not send the answer again.
 */
export {};
