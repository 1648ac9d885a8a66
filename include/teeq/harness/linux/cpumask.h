/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_LINUX_CPUMASK_H
#define TEEQ_LINUX_CPUMASK_H

#include <linux/types.h>

/* One CPU is seen by code that asks; what runs at once is what schedules are about. */
#define nr_cpu_ids	    1u
#define num_online_cpus()   1u
#define num_possible_cpus() 1u
#define for_each_present_cpu(cpu)  for ((cpu) = 0; (cpu) < 1; (cpu)++)
#define for_each_possible_cpu(cpu) for_each_present_cpu(cpu)
#define for_each_online_cpu(cpu)   for_each_present_cpu(cpu)
#define smp_processor_id()	   0
#define raw_smp_processor_id()	   0

#endif
