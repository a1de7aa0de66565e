/** The variables of a server's policy, for the help of the commands that run one. */
export const POLICY_HELP = `Policy:
  CRUNCH_HEARTBEAT_TIMEOUT       a host silent for so long is suspected (30s)
  CRUNCH_GRACE                   then, how long it may still come back (60s)
  CRUNCH_KILL_GRACE              between asking a cancelled workflow to end and killing it (5s)
  CRUNCH_FREE                    disk that a host must have free to take a dataset (1MiB)
  CRUNCH_WORKFLOW_HOSTS          hosts of a private network that workflow sources may name
  CRUNCH_REQUESTS_PER_SECOND     what one token or account may send (1000, on average over 10 s)
  CRUNCH_TRUSTED_PROXIES         proxies whose X-Forwarded-For is believed
  CRUNCH_LOG_LEVEL               trace, debug, info, warn, error or fatal (info)`;
