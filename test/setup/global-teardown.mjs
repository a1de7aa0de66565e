/** Stops the servers that tests asked for. */
export default async function tearDown() {
  await globalThis.serviceDesk.close();
}
