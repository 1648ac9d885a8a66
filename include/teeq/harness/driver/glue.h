/* SPDX-License-Identifier: BSD-2-Clause */
/* What glue_scmi.c, which has the headers of another folder, gives to glue.c. */
#ifndef TEEQ_HARNESS_DRIVER_GLUE_H
#define TEEQ_HARNESS_DRIVER_GLUE_H

#if TEEQ_HAS_SCMI
bool teeq_scmi_begin(void);
void teeq_scmi_end(void);
int teeq_scmi_setup(unsigned int channel);
int teeq_scmi_free(unsigned int channel);
int teeq_scmi_send(unsigned int channel);
void teeq_scmi_done(unsigned int channel);
#define SCMI_BEGIN teeq_scmi_begin
#define SCMI_END   teeq_scmi_end
#define SCMI_SETUP teeq_scmi_setup
#define SCMI_FREE  teeq_scmi_free
#define SCMI_SEND  teeq_scmi_send
#define SCMI_DONE  teeq_scmi_done
#else
#define SCMI_BEGIN NULL
#define SCMI_END   NULL
#define SCMI_SETUP NULL
#define SCMI_FREE  NULL
#define SCMI_SEND  NULL
#define SCMI_DONE  NULL
#endif

#endif
