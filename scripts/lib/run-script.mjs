/** Runs the main function of a script; what it throws is printed, and ends the script with exit code 1. */
export async function runScript(main) {
  try {
    await main();
  } catch (error) {
    console.error(`\nFailed: ${error.message}`);
    process.exitCode = 1;
  }
}
