/** Sessions that a quota has stopped, and what is granted to them. */

import { request } from "./request";
import type { AnswerBudget, OneBudgetRequest } from "./types";

export const answerBudget = (id: string, body: AnswerBudget) =>
  request<OneBudgetRequest>("POST", `/api/quota/requests/${encodeURIComponent(id)}/answer`, {
    body,
  });
