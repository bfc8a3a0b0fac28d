// What the table keeps between messages.

/**
 * @typedef {object} State
 * @property {HTMLElement} root
 * @property {import("../shared/mounted.js").Life} life
 * @property {HTMLElement} status
 * @property {HTMLElement} tools
 * @property {HTMLElement} table
 * @property {import("./message").Message | null} message
 * @property {import("../shared/edits.js").Numbered[]} [edits]
 */
export {};
