import { defineSearchAttributeKey } from '@temporalio/common';
import { defineSignal, defineUpdate } from '@temporalio/workflow';
import {
  CLAIM_UPDATE,
  OFFER_SIGNAL,
  PAUSE_SIGNAL,
  type Claim,
  type Offer,
  type Pause,
} from '../shared/domain/processing.ts';
import { SEARCH_ATTRIBUTES } from '../shared/domain/search-attributes.ts';

/** A host takes the dataset. Refused by the validator, and so without a trace in the history, when it comes too late. */
export const claimUpdate = defineUpdate<void, [Claim]>(CLAIM_UPDATE);

/** Live hosts serve more routes than when the run was admitted. */
export const offerSignal = defineSignal<[Offer]>(OFFER_SIGNAL);

/** The dataset's project was paused or resumed. */
export const pauseSignal = defineSignal<[Pause]>(PAUSE_SIGNAL);

/** The search attributes that change while a dataset is processed. */
export const stateKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.state, 'KEYWORD');
export const stageKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.stage, 'KEYWORD');
export const hostKey = defineSearchAttributeKey(SEARCH_ATTRIBUTES.host, 'KEYWORD');
